"""`make soak`: a mixed load on the local stack, after which the table has to hold what clients were told."""
