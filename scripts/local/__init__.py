"""The whole stack on this machine: emulator, deployment, front door."""
