"""How time passes: schedulers that ask the rules of `simulate.model` and hold none themselves."""
