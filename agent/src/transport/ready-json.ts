import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';

/** Something to send that is JSON already: it is made into text once, for the wire and for the disk. */
export class ReadyJson {
  constructor(readonly text: string) {}
}

/** What Socket.IO would write for `[event, JSON.parse(text)]`, without looking through the whole of it. */
class ReadyEncoder extends Encoder {
  override encode(packet: Packet): (string | Buffer)[] {
    const [event, content] = Array.isArray(packet.data) ? (packet.data as unknown[]) : [];
    if (packet.type !== PacketType.EVENT || packet.id !== undefined || !(content instanceof ReadyJson))
      return super.encode(packet) as (string | Buffer)[];
    return [`${PacketType.EVENT}${packet.nsp},[${JSON.stringify(event)},${content.text}]`];
  }
}

/** For the option `parser` of Socket.IO. */
export const readyParser = { Encoder: ReadyEncoder, Decoder };
