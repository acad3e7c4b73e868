import { checksum } from '#src/images/tar/write-header.js';

/** A member as a hostile or an old program might write it. */
export interface OddMember {
  readonly path: string;
  /** The type flag; a file when absent. */
  readonly type?: string;
  readonly content?: Uint8Array;
  readonly linkTo?: string;
  /** What the header says instead of the content's length. */
  readonly size?: number;
}

/** A tar archive of these members, whatever they are, one header block each. */
export function oddTar(members: readonly OddMember[]): Buffer {
  const blocks = members.flatMap(({ path, type = '0', content = Buffer.alloc(0), linkTo = '', size }) => {
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write(linkTo, 157, 100);
    header.write('ustar\x0000', 257, 'latin1');
    header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
