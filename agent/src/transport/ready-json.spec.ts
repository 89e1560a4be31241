import fc from 'fast-check';
import { Encoder, PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { ReadyJson, readyParser } from './ready-json.js';

const ready = new readyParser.Encoder();
const usual = new Encoder();

describe('what is JSON already', () => {
  it('goes on the wire exactly as Socket.IO writes it', () => {
    fc.assert(
      fc.property(fc.constantFrom('frame', 'frames', '"odd"'), fc.jsonValue(), (event, value) => {
        const packet = { type: PacketType.EVENT, nsp: '/agent' };
        expect(ready.encode({ ...packet, data: [event, new ReadyJson(JSON.stringify(value))] })).toEqual(
          usual.encode({ ...packet, data: [event, value] }),
        );
      }),
    );
  });

  it.each([
    { type: PacketType.CONNECT, nsp: '/agent', data: { key: 'toc_x' } },
    { type: PacketType.DISCONNECT, nsp: '/agent' },
    { type: PacketType.EVENT, nsp: '/agent', id: 3, data: ['bye', { reason: 'reboot' }] },
    { type: PacketType.ACK, nsp: '/agent', id: 3, data: [] },
  ])('leaves every other packet to Socket.IO: %j', (packet) => {
    expect(ready.encode(packet)).toEqual(usual.encode(packet));
  });
});
