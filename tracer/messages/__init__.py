"""Messages that leave the house and are no look-ups: what they may say, to whom, how they are signed."""
