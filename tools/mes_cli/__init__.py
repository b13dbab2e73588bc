"""What `./mes` does: fetch, set up, run and test. Standard library only."""
