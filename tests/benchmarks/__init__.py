"""How long things take, and how much memory: figures to read, never a limit in a test. See __main__."""
