/**
 * A whole text message as it goes over the socket of a server: unmasked, in one frame (RFC 6455,
 * 5.2). Written out in one piece and past `ws`, a message to each of thousands costs noticeably
 * less than by its `send`; between the messages of `ws` it may stand wherever `ws` holds nothing
 * back, which it does only where it compresses.
 */
export function textFrame(...parts: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = finalText
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  let at = header
  for (const part of parts) {
    frame.set(part, at)
    at += part.length
  }
  return frame
}

/** FIN, and the opcode of a text. */
const finalText = 0x81
