"""The to-do of the two first pages: `desk` is what both are made of, `committee` and `branch` say what waits there."""
