/**
 * A part of a file on its way to a reader. Reading and writing take turns in two buffers that are used again and again: a
 * stream takes a new one for each read, and more than half of a download's processor time went into clearing those.
 */
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { giveBack, takeBuffer } from './spareBuffers.ts';

const LARGEST = 1024 * 1024;
const SMALLEST = 64 * 1024;
/** Bytes that all downloads read at once, about: a single one reads far, many together still fit the processor's cache. */
const TOGETHER = 2 * LARGEST;

let underWay = 0;

/**
 * Ends the response. Resolves when the last byte is with the operating system, or the reader has gone: that is no failure.
 * @param end inclusive
 * @throws Error when the file is shorter
 */
export async function sendBytes(
  file: FileHandle,
  start: number,
  end: number,
  response: ServerResponse,
): Promise<void> {
  const { socket } = response.req;
  /** Writes one buffer; resolves when that is free again. */
  let free = () => {};
  const write = (bytes: Buffer) =>
    new Promise<void>((resolve) => {
      free = resolve;
      if (socket.destroyed) resolve();
      else response.write(bytes, () => resolve());
    });
  // Of a connection that has closed, Node does not call every write back.
  const whenClosed = () => free();
  socket.once('close', whenClosed);
  underWay++;
  const buffers: Buffer[] = [];
  let written: Promise<void> = Promise.resolve();
  try {
    for (let at = start, turn = 0; at <= end && !socket.destroyed; turn ^= 1) {
      const left = end + 1 - at;
      const buffer = buffers[turn] ?? takeBuffer(Math.min(left, fairShare()), SMALLEST);
      buffers[turn] = buffer;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, fairShare(), left), at);
      if (bytesRead === 0) throw new Error('The asset is shorter than it was.');
      at += bytesRead;
      await written;
      written = write(buffer.subarray(0, bytesRead));
    }
    await written;
    response.end();
  } finally {
    await written;
    underWay--;
    socket.off('close', whenClosed);
    for (const buffer of buffers) giveBack(buffer);
  }
}

const fairShare = () => Math.min(LARGEST, Math.max(SMALLEST, Math.floor(TOGETHER / underWay)));
