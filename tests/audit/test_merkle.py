"""The tree is RFC 6962's: its eight known roots, and every proof of every leaf and of every earlier tree."""

import pytest

from audit.merkle import EMPTY, Frontier, consistency, grew, inclusion, leaf, proves, root_of

INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = range(1, 40)


def leaves(count: int) -> list[bytes]:
    return [leaf(str(number).encode()) for number in range(count)]


def test_the_known_roots_are_ours():
    tree = Frontier()
    assert tree.root == EMPTY
    for given, root in zip(INPUTS, ROOTS, strict=True):
        tree.append(leaf(bytes.fromhex(given)))
        assert tree.root.hex() == root


def test_a_tree_goes_on_from_its_size_and_frontier_alone():
    whole, kept = Frontier(), Frontier()
    for hashed in leaves(70):
        whole.append(hashed)
        kept = Frontier(kept.size, kept.hashes)
        kept.append(hashed)
        assert kept.root == whole.root
    with pytest.raises(ValueError, match="has 3 full subtrees, not 2"):
        Frontier(70, whole.hashes[:2])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proven_where_it_is_and_nowhere_else(size):
    hashes = leaves(size)
    root = root_of(hashes)
    for index in range(size):
        proof = inclusion(hashes, index)
        assert proves(proof, hashed=hashes[index], index=index, size=size, root=root)
        assert not proves(proof, hashed=leaf(b"another"), index=index, size=size, root=root)
        elsewhere = (index + 1) % size
        assert size == 1 or not proves(proof, hashed=hashes[index], index=elsewhere, size=size, root=root)
        assert not proves([*proof, root], hashed=hashes[index], index=index, size=size, root=root)


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_tree_is_proven_to_be_the_beginning_of_this_one(size):
    hashes = leaves(size)
    root = root_of(hashes)
    for earlier in range(1, size + 1):
        proof, before = consistency(hashes, earlier), root_of(hashes[:earlier])
        assert grew(proof, earlier=earlier, earlier_root=before, size=size, root=root)
        forged = [leaf(b"another"), *hashes[1:]]
        assert not grew(proof, earlier=earlier, earlier_root=root_of(forged[:earlier]), size=size, root=root)
        assert not grew(proof, earlier=earlier, earlier_root=before, size=size, root=root_of(forged))
