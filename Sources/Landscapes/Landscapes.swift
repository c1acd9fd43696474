// Overview of the target follows with its first type.
