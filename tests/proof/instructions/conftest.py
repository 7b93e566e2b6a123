from tests.budgets.conftest import aws, built

__all__ = ["aws", "built"]
