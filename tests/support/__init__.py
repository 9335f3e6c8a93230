"""What tests share: a clock that stands still and builders."""
