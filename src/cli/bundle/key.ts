import { layoutOf } from '../../render/layout.js';
import type { Command } from '../command.js';
import { CommandFailure } from '../errors.js';
import { EXIT } from '../exit-code.js';
import { mirrorPath, PATH_OPTION } from '../location.js';
import { configOf } from '../open-store.js';

/** `docker-mirror bundle key` */
export const bundleKeyCommand: Command = {
  usage: 'key',
  summary: 'Print the public key of this mirror, for "bundle trust" on the other side',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 bundle key > mirror.pub', 'to be carried over once']],
  async run(args, context) {
    const { keyPlaces, ownKey, ownPublicKey } = await import('../../images/bundle/keys.js');
    const layout = layoutOf(mirrorPath(args, context));
    const { storage } = await configOf(layout, context);
    const places = keyPlaces(layout.configFolder, storage.rootDirectory);
    if ((await ownPublicKey(places)) === undefined) await ownKey(places);
    const key = await ownPublicKey(places);
    if (key === undefined) throw new CommandFailure(`${places.ownPublic} is gone again`);
    const { fingerprint } = key;
    const line = `${key.line} ${key.comment}`;
    if (args.flag('json'))
      context.stdout.write(`${JSON.stringify({ key: line, fingerprint }, undefined, 2)}\n`);
    else {
      context.stdout.write(`${line}\n`);
      // For people to compare, and not in the file that it may be written to.
      context.stderr.write(`Its fingerprint: ${fingerprint}\n`);
    }
    return EXIT.ok;
  },
};
