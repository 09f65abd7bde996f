//! Files that were cut or flipped: what is undamaged is served, damage is told, nothing is invented.
