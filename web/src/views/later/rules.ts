// The page of one rule, loaded when it is first shown: its form and its look back are as much as another page. Owns nothing but the list.

export { default as RulePage } from "../alerts/RulePage";
