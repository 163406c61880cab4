"""Input and output without Qt: network, keyring, database, files, the model on this computer."""
