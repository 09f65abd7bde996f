//! Quality: assess, list.

use paceline_api::{Operation, Page, QualityAssessRequest, QualityAssessment, QualityListQuery};
use paceline_core::{AgentId, AssessmentId, TaskId, quality};

use super::{ApiFailure, Caller, Operations, page, wire};
use crate::ids;

impl Operations {
    /// # Errors
    /// When there is no such task or a score is out of bounds.
    pub async fn quality_assess(
        &self,
        caller: &Caller,
        request: QualityAssessRequest,
    ) -> Result<QualityAssessment, ApiFailure> {
        let mut passage = self.gate.open(Operation::QualityAssess, caller);
        let result = async {
            let ctx = caller.context(Operation::QualityAssess, "", &request, self.gate.now())?;
            let author = caller.author(request.agent_id)?;
            self.note_author(&mut passage, author.as_ref());
            passage.about(&request.task_id);
            let command = quality::Assess {
                assessment_id: AssessmentId::trusted(ids::new_id("qlt")),
                task_id: TaskId::parse(request.task_id)?,
                scores: quality::Scores {
                    completeness: request.completeness,
                    code_quality: request.code_quality,
                    documentation: request.documentation,
                    efficiency: request.efficiency,
                    impact: request.impact,
                },
                notes: request.notes,
                assessed_by: request.assessed_by,
            };
            let now_ms = ctx.now.wall.0;
            let assessed = passage.take(passage.store().assess(ctx, command).await)?;
            if let (true, Some(agent)) = (self.features.agent_metrics(), &assessed.agent_id) {
                let agents = &self.recorder().agents;
                agents.assessed(agent.as_str(), assessed.overall_score, now_ms);
            }
            Ok(wire::assessment(assessed))
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the page is out of bounds.
    pub async fn quality_list(
        &self,
        caller: &Caller,
        query: QualityListQuery,
    ) -> Result<Page<QualityAssessment>, ApiFailure> {
        let mut passage = self.gate.open(Operation::QualityList, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let answer = match query.agent_id {
                Some(agent_id) => {
                    let agent_id = AgentId::parse(agent_id)?;
                    passage.store().assessments_of(agent_id, page).await
                }
                None => passage.store().assessments(page).await,
            };
            let found = passage.take(answer)?;
            let wanted = |one: &QualityAssessment| {
                query
                    .task_id
                    .as_ref()
                    .is_none_or(|task| *task == one.task_id)
            };
            let items = found
                .items
                .into_iter()
                .map(wire::assessment)
                .filter(wanted)
                .collect();
            Ok(Page {
                items,
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }
}
