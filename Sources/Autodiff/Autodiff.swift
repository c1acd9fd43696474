// The primitives follow.
