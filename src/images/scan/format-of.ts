import type { Format } from './findings.js';
import { ansible } from './formats/ansible.js';
import { usesModules } from './formats/ansible-modules.js';
import { compose } from './formats/compose.js';
import { devcontainer } from './formats/devcontainer.js';
import { dockerfile } from './formats/dockerfile.js';
import { githubActions } from './formats/github-actions.js';
import { gitlabCi } from './formats/gitlab-ci.js';
import { helmChart, helmValues } from './formats/helm-chart.js';
import { helmTemplate } from './formats/helm-template.js';
import { dotConfig, kconfig } from './formats/kconfig-strings.js';
import { kubernetes } from './formats/kubernetes.js';
import { isKustomization, kustomize } from './formats/kustomize.js';
import { systemd } from './formats/systemd.js';
import { terraform } from './formats/terraform.js';
import { nameOf } from './text/paths.js';

const DOCKERFILE = /^(?:(?:Dockerfile|Containerfile)(?:[._-].*)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
const COMPOSE = /^(?:docker-)?compose(?:[._-].*)?\.ya?ml$|\.(?:docker-)?compose\.ya?ml$/;
const UNIT = /\.(?:service|container|image|volume)(?:\.d\/[^/]+\.conf)?$/;
const VALUES = /^(?:values(?:[._-].*)?|.*[._-]values)\.ya?ml$/;

/** What names of templates have behind the name of what they make: Jinja's, and the older ways. */
const TEMPLATE = /\.(?:j2|jinja2?|in|tmpl|tpl|template|base)$/;
/** The formats in which what a template fills in is told apart from what is there. */
const TEMPLATED: ReadonlySet<Format | undefined> = new Set([compose, kubernetes]);

/** Whether a file with such a name can be of any format. Others are not opened at all. */
export function mayHoldImages(path: string): boolean {
  return byName(path) !== undefined || /\.(?:ya?ml|json)$/.test(path.replace(TEMPLATE, ''));
}

/**
 * The format of a file, by its path or else by what it says. The order matters: a name that only one tool gives its files comes first.
 * @returns undefined when it is none that names images
 */
export function formatOf(path: string, text: string): Format | undefined {
  return byName(path) ?? byContent(path, text) ?? ofTemplate(path, text);
}

/** That of what a template makes, such as `compose.yaml.j2`. */
function ofTemplate(path: string, text: string): Format | undefined {
  const made = path.replace(TEMPLATE, '');
  if (made === path) return undefined;
  const format = byName(made) ?? byContent(made, text);
  return TEMPLATED.has(format) ? format : undefined;
}

function byName(path: string): Format | undefined {
  const name = nameOf(path);
  if (name === 'devcontainer.json' || name === '.devcontainer.json') return devcontainer;
  if (/\.(?:tf|tofu)$/.test(name)) return terraform;
  if (/^Kconfig(?:[._-].*)?$/.test(name) || name.endsWith('.kconfig')) return kconfig;
  if (name === '.config' || name.endsWith('.config') || /(?:^|_)defconfig$/.test(name)) return dotConfig;
  if (UNIT.test(path)) return systemd;
  if (isKustomization(path)) return kustomize;
  if (/\.ya?ml$/.test(name)) return yamlByName(path, name);
  return DOCKERFILE.test(name) && !/\.(?:md|txt|dockerignore|json|sh|py|go)$/.test(name)
    ? dockerfile
    : undefined;
}

function yamlByName(path: string, name: string): Format | undefined {
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+$/.test(path)) return githubActions;
  if (/^action\.ya?ml$/.test(name)) return githubActions;
  if (/\.gitlab-ci\.ya?ml$/.test(name) || /(?:^|\/)\.gitlab\/(?:.*\/)?ci\//.test(path)) return gitlabCi;
  if (name === 'Chart.yaml') return helmChart;
  if (COMPOSE.test(name)) return compose;
  return undefined;
}

/** YAML and JSON files whose names say nothing. Only words at the beginning of a line count, which costs little. */
function byContent(path: string, text: string): Format | undefined {
  if (!/\.(?:ya?ml|json)$/.test(path)) return undefined;
  const isInChart = /(?:^|\/)templates\//.test(path);
  const isTemplate =
    isInChart && text.includes('{{') && /\.(?:Values|Chart|Release)\b|\binclude "/.test(text);
  if (isTemplate) return helmTemplate;
  if (!/image|repository|docker/i.test(text)) return undefined;
  if (/^apiVersion:/m.test(text) && /^kind:/m.test(text)) return kubernetes;
  if (path.endsWith('.json')) {
    return /^\s*\{/.test(text) && /"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text)
      ? kubernetes
      : undefined;
  }
  if (VALUES.test(nameOf(path))) return helmValues;
  if (usesModules(text)) return ansible;
  return /^services:\s*(?:#.*)?$/m.test(text) && /^ +(?:image|build):/m.test(text) ? compose : undefined;
}
