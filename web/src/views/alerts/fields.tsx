// Lines of the rule's form. Owns that a label, a field, its note and its problem belong together, for eyes and for screen readers.

import { createUniqueId, For, Show, type JSX } from "solid-js";
import type { Field, RuleForm } from "../../lib/alerts/rule-form";
import { Prose } from "../parts/Prose";

export interface FormProps {
  form: () => RuleForm;
  change: (changes: Partial<RuleForm>) => void;
  problem: (field: Field) => string | null;
}

interface LineProps extends FormProps {
  field: Field;
  label: string;
  note?: string;
  children: (id: string, describedBy: string) => JSX.Element;
}

export function Line(props: LineProps): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="rule-line">
      <label class="rule-label" for={id}>{props.label}</label>
      {props.children(id, `${id}-note`)}
      <div id={`${id}-note`} class="small">
        <Show when={props.problem(props.field)} fallback={<span class="soft">{props.note}</span>}>{(text) => <span class="problem" role="alert"><Prose text={text()} /></span>}</Show>
      </div>
    </div>
  );
}

interface TextProps extends FormProps {
  field: Exclude<Field, "subject" | "statistic" | "scope" | "side" | "severity">;
  label: string;
  placeholder?: string;
  note?: string;
  maxlength?: number;
  choices?: readonly string[];
  isNumber?: boolean;
}

export function Text(props: TextProps): JSX.Element {
  const list = createUniqueId();
  return (
    <Line form={props.form} change={props.change} problem={props.problem} field={props.field} label={props.label} note={props.note ?? ""}>
      {(id, describedBy) => (
        <>
          <input
            id={id} autocomplete="off" spellcheck={false} placeholder={props.placeholder ?? ""} maxlength={props.maxlength ?? 500} inputmode={props.isNumber ? "decimal" : undefined} list={props.choices ? list : undefined}
            value={props.form()[props.field]} aria-invalid={props.problem(props.field) !== null} aria-describedby={describedBy} onInput={(event) => props.change({ [props.field]: event.currentTarget.value })}
          />
          <Show when={props.choices}>{(choices) => <datalist id={list}><For each={choices()}>{(one) => <option value={one} />}</For></datalist>}</Show>
        </>
      )}
    </Line>
  );
}
