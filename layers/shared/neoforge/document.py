"""The base of what is stored."""

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A model that is stored as JSON. An error in reading one is logged, so it must not quote what is stored."""

    model_config = ConfigDict(hide_input_in_errors=True)
