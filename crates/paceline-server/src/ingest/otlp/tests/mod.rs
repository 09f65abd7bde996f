//! The receiver as a whole, over HTTP against a real engine.
