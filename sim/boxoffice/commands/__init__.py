"""The engine's own commands, for whatever stories can be named; each is loaded when it is used."""
