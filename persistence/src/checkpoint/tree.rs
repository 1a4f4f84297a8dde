//! The Merkle tree over all heads (RFC 6962, section 2.1), kept level by level, so that a head that moves
//! costs its path to the root and not the tree.

use crate::chain::{Hash, empty_root, node_hash};

/// A tree over leaves in a fixed order; a new one comes last.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// From the leaves to the root. A last node without a sister stands for itself on the next level, which
    /// gives the same root as splitting at the largest power of two.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// How many leaves there are.
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// True without leaves.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The root.
    pub fn root(&self) -> Hash {
        let root = self.levels.last().and_then(|level| level.first());
        root.copied().unwrap_or_else(empty_root)
    }

    /// Puts a leaf into its slot: one that is there, or the next. False for a slot beyond that.
    #[must_use]
    pub fn set(&mut self, slot: usize, leaf: Hash) -> bool {
        if slot > self.len() {
            return false;
        }
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        let (mut at, mut node, mut height) = (slot, leaf, 0);
        loop {
            let Some(level) = self.levels.get_mut(height) else {
                self.levels.push(vec![node]);
                return true;
            };
            match level.get_mut(at) {
                Some(known) => *known = node,
                None => level.push(node),
            }
            if level.len() == 1 {
                // Nothing above a root.
                self.levels.truncate(height + 1);
                return true;
            }
            let left = level.get(at & !1).copied().unwrap_or(node);
            node = match level.get(at | 1) {
                Some(right) => node_hash(&left, right),
                None => left,
            };
            at /= 2;
            height += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::message_hash;

    /// RFC 6962, section 2.1, word by word.
    fn by_the_book(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                let (left, right) = leaves.split_at(split);
                node_hash(&by_the_book(left), &by_the_book(right))
            }
        }
    }

    #[test]
    fn a_tree_that_grows_and_changes_has_the_root_of_the_book() {
        let (mut tree, mut leaves) = (Tree::default(), Vec::new());
        assert_eq!(tree.root(), empty_root());
        for number in 0..130_usize {
            let leaf = message_hash(&number.to_be_bytes());
            assert!(!tree.set(number + 1, leaf), "a hole");
            assert!(tree.set(number, leaf));
            leaves.push(leaf);
            assert_eq!(tree.root(), by_the_book(&leaves), "{number}");
            let changed = number * 7 % leaves.len();
            leaves[changed] = message_hash(&[1, u8::try_from(number).unwrap()]);
            assert!(tree.set(changed, leaves[changed]));
            assert_eq!(tree.root(), by_the_book(&leaves), "{changed} of {number}");
        }
        assert_eq!(tree.len(), 130);
    }
}
