"""`python -m simulate` is the command `simulate`."""

from simulate.cli.main import main

if __name__ == "__main__":
    main()
