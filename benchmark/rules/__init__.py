"""The study of learning rules: what makes a trained brain hard to beat. Nothing here is needed to
train one."""
