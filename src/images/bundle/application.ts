import type { Digest } from '../../oci/digest.js';
import type { Store } from '../../store/port.js';
import { BundleRefused } from './bundle-error.js';
import type { ApplyEvent, ApplySummary } from './events.js';
import type { Intake } from './intake.js';
import type { BundleList } from './list.js';
import type { PlacedMember } from './members.js';
import { UnitPlacer } from './place-unit.js';
import type { ApplyPlan } from './plan-apply.js';
import type { Opened } from './read-bundle.js';

/** What an application is told. */
export interface ApplicationOptions {
  readonly store: Store;
  readonly signal: AbortSignal;
}

/** Carries out the plan of one bundle, once. */
export class Application {
  readonly #file: string;
  readonly #plan: ApplyPlan;
  readonly #signal: AbortSignal;
  readonly #tell: (event: ApplyEvent) => void;
  readonly #placer: UnitPlacer;
  readonly #damaged = new Set<Digest>();
  readonly #units: ApplyPlan['units'][number][];
  #next = 0;
  #done = 0;
  #bytes = 0;
  #changed = 0;
  #unchanged = 0;
  #failed = 0;

  constructor(file: string, plan: ApplyPlan, options: ApplicationOptions, tell: (event: ApplyEvent) => void) {
    this.#file = file;
    this.#plan = plan;
    this.#signal = options.signal;
    this.#tell = tell;
    this.#placer = new UnitPlacer(options.store);
    this.#units = [...plan.units].sort((one, other) => one.after - other.after);
  }

  /** Tells what would be done. */
  announce(): ApplySummary {
    for (const unit of this.#units) this.#tellUnit(unit);
    this.#bytes = this.#plan.newBytes;
    return this.#summary();
  }

  async run({ list, placed }: Opened, intake: Intake): Promise<ApplySummary> {
    const members = placed.members.filter(({ digest }) => digest !== undefined);
    try {
      await this.#placeUntil(-1);
      for (const [number, member] of members.entries()) {
        if (this.#next === this.#units.length) break;
        this.#signal.throwIfAborted();
        const repository = this.#plan.wanted.get(member.digest as Digest);
        if (repository !== undefined) await this.#read(member, repository, list, intake);
        await this.#placeUntil(number);
      }
    } finally {
      this.#tell({ event: 'ended', file: this.#file, ...this.#summary() });
    }
    if (this.#failed === 0) return this.#summary();
    throw new BundleRefused(`${this.#failed} of its images could not be applied, as it is damaged`, {
      hint: 'have it copied again, and run it again: what is here is not read again',
    });
  }

  async #read(member: PlacedMember, repository: string, list: BundleList, intake: Intake): Promise<void> {
    const digest = member.digest as Digest;
    const onBytes = (count: number) => {
      this.#done += count;
      this.#tell({ event: 'progress', file: this.#file, done: this.#done, total: this.#plan.bytes });
    };
    const isRight = list.manifests.has(digest)
      ? await intake.takeManifest(member, digest, onBytes)
      : await intake.takeBlob(member, digest, repository, onBytes);
    if (isRight) {
      this.#bytes += member.size;
      return;
    }
    // The other images do not need it.
    this.#damaged.add(digest);
    this.#tell({ event: 'damaged', file: this.#file, member: member.path });
  }

  /** Makes visible what needs nothing behind that member. */
  async #placeUntil(number: number): Promise<void> {
    for (; this.#next < this.#units.length; this.#next += 1) {
      const unit = this.#units[this.#next];
      if (unit === undefined || unit.after > number) return;
      this.#signal.throwIfAborted();
      const hurt = [...unit.manifests, ...unit.blobs].find((digest) => this.#damaged.has(digest));
      if (hurt === undefined) {
        await this.#placer.place(unit);
        this.#tellUnit(unit);
      } else {
        this.#failed += 1;
        this.#tell({
          event: 'refused',
          file: this.#file,
          image: unit.name,
          problem: `${hurt} is damaged in the bundle`,
        });
      }
    }
  }

  #tellUnit({ name, root, upstream, state }: ApplyPlan['units'][number]): void {
    if (state === 'unchanged') this.#unchanged += 1;
    else this.#changed += 1;
    this.#tell({
      event: 'applied',
      file: this.#file,
      image: name,
      digest: root,
      upstream: upstream ?? null,
      state,
    });
  }

  #summary(): ApplySummary {
    const refused = this.#plan.refused.length + this.#failed;
    const images = this.#plan.units.length + this.#plan.refused.length;
    return { images, changed: this.#changed, unchanged: this.#unchanged, refused, bytes: this.#bytes };
  }
}
