"""HTTP: nothing below this package knows of it."""

import gc

# Importing makes objects and hardly any garbage: looking for it is a tenth of a cold start. Handlers import this
# package first, and App turns it on again when the handler is declared.
gc.disable()
