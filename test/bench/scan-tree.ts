import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of one folder of the tree. */
const PER_FOLDER = 20;

/** A source file of some 4 KiB, which most files of a tree are. */
const SOURCE = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n'.repeat(60);

/**
 * Writes a tree of so many files as projects have them: of 20 files in a folder, 14 are sources or texts, which are not opened; 3 are YAML or
 * JSON of something else; 3 name images, of all formats in turn.
 * @returns how many images there are in it
 */
export function makeScanTree(folder: string, files: number): number {
  let images = 0;
  for (let i = 0; i < files; i += 1) {
    const inner = join(
      folder,
      `part-${Math.floor(i / PER_FOLDER / 20)}`,
      `project-${Math.floor(i / PER_FOLDER)}`,
    );
    if (i % PER_FOLDER === 0) mkdirSync(inner, { recursive: true });
    const [name, text, named] = fileOf(i);
    writeFileSync(join(inner, name), text);
    images += named;
  }
  return images;
}

/** A file's name and text, and how many images it names. */
function fileOf(i: number): readonly [name: string, text: string, images: number] {
  const kind = i % PER_FOLDER;
  if (kind < 14) return [kind < 10 ? `module-${kind}.ts` : `page-${kind}.md`, SOURCE, 0];
  if (kind < 16)
    return [`data-${kind}.yaml`, 'entries:\n'.concat('  - name: something\n    size: 10\n'.repeat(50)), 0];
  if (kind === 16)
    return ['package.json', JSON.stringify({ name: `p${i}`, list: Array(200).fill('word') }, null, 2), 0];
  const image = `registry.example.com/team/image-${i}`;
  if (kind === 17) return ['deployment.yaml', manifests(image), 2];
  if (kind === 18) return ['Dockerfile', dockerfile(image), 2];
  return Math.floor(i / PER_FOLDER) % 2 === 0
    ? ['compose.yaml', compose(image), 5]
    : ['main.tf', terraform(image), 1];
}

function manifests(image: string): string {
  const one = (n: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${n}
  labels: { app: app-${n} }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app
          image: ${image}:${n}
          ports: [{ containerPort: 8080 }]
          env:
            - { name: ONE, value: "1" }
            - { name: TWO, value: "2" }
`;
  return [0, 1].map(one).join('---\n');
}

function compose(image: string): string {
  const services = Array.from(
    { length: 5 },
    (_, n) =>
      `  s${n}:\n    image: ${image}:\${TAG:-${n}}\n    ports: ["80${n}:80"]\n    environment: { A: b }\n`,
  );
  return `services:\n${services.join('')}`;
}

function dockerfile(image: string): string {
  return `ARG TAG=1\nFROM ${image}-build:$TAG AS build\nRUN make \\\n  all\nFROM ${image}-run:1\nCOPY --from=build /out /out\n`;
}

function terraform(image: string): string {
  return `variable "tag" { default = "1" }\nresource "docker_image" "a" {\n  name = "${image}:\${var.tag}"\n}\n`;
}
