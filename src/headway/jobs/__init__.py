"""What must happen later: written down in the transaction that wants it, done by whichever worker is free."""
