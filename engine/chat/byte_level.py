"""The byte alphabet of byte-level BPE: every byte has one printable character.

The mapping is the one GPT-2 introduced and every byte-level `tokenizer.json` uses: printable
Latin-1 bytes stand for themselves, the others get the code points from 256 on, in order.
"""


def _character_of_each_byte() -> dict[int, str]:
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    unprintable = (byte for byte in range(256) if byte not in printable)
    characters = {byte: chr(byte) for byte in printable}
    characters.update({byte: chr(256 + rank) for rank, byte in enumerate(unprintable)})
    return characters


_BYTE_OF_CHARACTER = {character: byte for byte, character in _character_of_each_byte().items()}


def bytes_of_token(token: str) -> bytes:
    """The bytes a vocabulary entry stands for. Raises `KeyError` if it is not byte-level."""
    return bytes(_BYTE_OF_CHARACTER[character] for character in token)
