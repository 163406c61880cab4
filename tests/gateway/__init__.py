"""An OpenAI-compatible loopback server with real sockets, scripted by tests."""
