"""A chat leaves the program: as Markdown, as a web page in one file, as PDF, on paper. Loaded when first used."""
