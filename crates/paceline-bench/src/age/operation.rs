//! THE list of operations whose cost is watched as a store ages. Owns their names and order, which
//! matters: what is claimed is completed next. Refuses to carry them out.

macro_rules! operations {
    ($($variant:ident $name:literal;)+) => {
        /// What is compared.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation {
            $($variant,)+
        }

        impl Operation {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

operations! {
    Register "agent_register";
    Heartbeat "agent_heartbeat";
    AgentStatus "agent_status";
    Enqueue "task_enqueue";
    Claim "task_claim";
    Complete "task_complete";
    Update "task_update";
    Get "task_get";
    List "task_list";
    QueueStatus "task_queue_status";
    Cancel "task_cancel";
    MessageSend "message_send";
    MessageRead "message_read";
    MessageAck "message_ack";
    MemorySet "memory_set";
    MemoryGet "memory_get";
    MemorySearch "memory_search";
    MemorySearchCommon "memory_search, a word of every entry";
    Campaign "leader_campaign";
    Renew "leader_renew";
    MetricRecord "metric_record";
    Query "query, instant";
}
