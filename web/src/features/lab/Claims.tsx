import { useState } from "react";

import type { LabClaim, LabVerdict } from "@/api/types";

import classes from "./lab.module.css";
import { verdicts, verdictWords } from "./words";

/** A mark and its word: the verdict is never told by colour alone. */
export function VerdictMark({ verdict }: { verdict: LabVerdict }) {
  return (
    <span className={classes.sign} data-verdict={verdict} aria-hidden>
      {verdictWords[verdict].sign}
    </span>
  );
}

/** How many claims got which verdict: a bar of their shares, and the numbers. */
export function VerdictCounts({ counts, onPick, picked }: {
  counts: Partial<Record<LabVerdict, number>>;
  /** The numbers are switches that show only those claims. */
  onPick?: (verdict: LabVerdict | null) => void;
  picked?: LabVerdict | null;
}) {
  const some = verdicts.filter((verdict) => counts[verdict]);
  return (
    <div className={classes.verdicts}>
      <div className={classes.shares} aria-hidden>
        {some.map((verdict) => (
          <span key={verdict} data-verdict={verdict} style={{ flexGrow: counts[verdict] }} />
        ))}
      </div>
      <ul className={classes.counts} aria-label="Verdicts">
        {some.map((verdict) => {
          const count = counts[verdict] ?? 0;
          const words = verdictWords[verdict];
          const face = (
            <>
              <VerdictMark verdict={verdict} />
              <strong>{count}</strong> {count === 1 ? words.one : words.many}
            </>
          );
          return (
            <li key={verdict}>
              {onPick ? (
                <button type="button" className={classes.count} aria-pressed={picked === verdict} onClick={() => onPick(picked === verdict ? null : verdict)}>
                  {face}
                </button>
              ) : (
                <span className={classes.count}>{face}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

export function countsOf(claims: readonly LabClaim[]): Partial<Record<LabVerdict, number>> {
  const counts: Partial<Record<LabVerdict, number>> = {};
  for (const { verdict } of claims) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** Every claim beside what was measured, in the guide's order and groups. */
export function Claims({ claims }: { claims: readonly LabClaim[] }) {
  const [picked, setPicked] = useState<LabVerdict | null>(null);
  const shown = picked ? claims.filter(({ verdict }) => verdict === picked) : claims;
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <>
      <VerdictCounts counts={countsOf(claims)} onPick={setPicked} picked={picked} />
      {groups.map((group) => (
        <section key={group} className={classes.group} aria-label={group}>
          <h3 className={classes.groupName}>{group}</h3>
          <div className={classes.columns} aria-hidden>
            <span />
            <span>Claim</span>
            <span>The guide says</span>
            <span>Measured</span>
          </div>
          <ul className={classes.claims}>
            {shown
              .filter((claim) => claim.group === group)
              .map((claim) => (
                <ClaimRow key={claim.id} claim={claim} />
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function ClaimRow({ claim }: { claim: LabClaim }) {
  const measured = claim.verdict !== "not measured";
  const repeats = claim.repeats === 1 ? "one run" : `${claim.repeats} repeats`;
  return (
    <li className={classes.claim}>
      <VerdictMark verdict={claim.verdict} />
      <div className={classes.what}>
        <div className={classes.claimName}>{claim.claim}</div>
        {claim.conditions && <div className={classes.small}>{claim.conditions}</div>}
      </div>
      <div className={`${classes.figure} ${classes.said}`}>
        <span className={classes.label}>The guide says </span>
        {claim.claimed}
      </div>
      <div className={`${classes.figure} ${classes.measured}`}>
        {measured ? (
          <>
            <span className={classes.label}>Measured </span>
            <strong>{claim.measured}</strong>
            <div className={classes.small}>
              {claim.spread && `${claim.spread}, `}
              {repeats}
            </div>
          </>
        ) : (
          <span className={classes.small}>Not measured</span>
        )}
      </div>
      <p className={classes.why}>
        <span className={classes.verdict} data-verdict={claim.verdict}>
          {claim.verdict === "holds only if" ? "Holds only if" : `${verdictWords[claim.verdict].name}.`}
        </span>{" "}
        {claim.verdict === "holds only if" && `${claim.only_if ?? "something else is so"}. `}
        {claim.why}
      </p>
    </li>
  );
}
