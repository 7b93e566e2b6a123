"""NeoForge: everything below the handlers."""

import gc

# Importing makes objects and hardly any garbage: looking for it is a tenth of a cold start. See App's declarations.
gc.disable()
