"""The API in Lambda's own containers, by `sam local`: `make sam-local` and `make test-sam-local`."""
