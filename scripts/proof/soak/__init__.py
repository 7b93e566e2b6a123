"""`make soak`: a mixed load on the local stack, and whether the table holds afterwards what clients were told."""
