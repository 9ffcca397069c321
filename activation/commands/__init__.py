"""The commands of the command line, one module each. activation/cli.py lists them."""
