"""The screens: everything a person sees and touches. It knows the runtime only as `core.ports`."""
