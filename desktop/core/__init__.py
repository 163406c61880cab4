"""What a chat is and what goes over the wire: frozen dataclasses and pure functions, standard library only."""
