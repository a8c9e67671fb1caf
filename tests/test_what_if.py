"""docs/what-if.md is true sentence by sentence: each has a test that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "what-if.md"

SHOWN_BY: dict[str, str | tuple[str, ...]] = {
    "Type the same command again.": "engine/test_executor.py::test_a_run_killed_at_any_call_carries_on",
    "The plan was recorded before the first change;": "engine/test_executor.py::test_the_whole_plan_is_recorded",
    "The lock of a process that died on this host": (
        "failures/test_locks.py::test_the_lock_of_a_process_that_died",
        "engine/test_lock.py::test_process_1_of_a_container_that_is_gone_is_taken_over",
        "failures/test_locks.py::test_unlock_shows_whom_it_evicts_and_the_evicted_run",
    ),
    "With `fallback: connect` a request": "proxy/test_proxy.py::test_fallback_the_original_runs_when_no_connection",
    "So does one that a load balancer had no target": (
        "proxy/test_behind_a_load_balancer.py::test_fallback_a_load_bal",
        "sandbox/test_a_canary_is_judged.py::test_where_a_load_balancer_has_no_target_the_original",
    ),
    "During a bake three bad looks in a row": (
        "verify/test_vantage.py::test_what_is_wrong_three_times_in_a_row_is",
        "engine/test_judging.py::test_a_fail_takes_the_gated_steps_back_by_itself",
        "engine/test_judging.py::test_a_fail_leaves_traffic_where_it_is_where_the_user",
    ),
    "After the cutover, `lambda-migrate rollback`": "engine/test_way_back.py::test_traffic_goes_straight_to_where_it",
    "Production goes back by itself.": "cli/test_shut_laptop.py::test_production_ends_at_the_original",
    "Before each weight, `cutover` sets": "engine/test_guard.py::test_it_is_set_before_traffic_moves_and_gone_once",
    "`pass` moves it to the next weight,": "engine/test_guard.py::test_it_is_set_before_traffic_moves_and_gone_once",
    "Where traffic stays on purpose": "engine/test_guard.py::test_where_traffic_stays_on_purpose_it_waits_for_the",
    "`status` says when it would act;": (
        "engine/test_guard.py::test_what_it_did_is_ours_and_the_same_command_begins",
        "cli/test_shut_laptop.py::test_production_ends_at_the_original",
    ),
    "Where the account does not allow it,": (
        "engine/test_guard_refused.py::test_where_it_is_not_allowed_no_traffic",
        "cli/test_guard.py::test_the_plan_says_so_and_asks_for_acceptance",
    ),
    "What `cutover --direct` moves has no such guard:": (
        "planner/test_direct.py::test_no_schedule_guards_what_goes_direct",
        "cli/test_direct.py::test_without_traffic_it_pauses_and_the_same_command_judges_again",
    ),
    "Nothing ambiguous is run twice.": "proxy/test_proxy.py::test_fallback_never_after_a_byte_was_sent",
    "An API request is answered 502,": (
        "proxy/test_faults.py::test_a_safe_request_on_a_used_connection_is_sent_once",
        "proxy/test_proxy.py::test_fallback_never_after_a_byte_was_sent",
    ),
    "A non-API event raises,": "proxy/test_other_events.py::test_an_unreachable_service_raises",
    "Once the freeze is announced, every command": "freeze/test_command.py::test_other_commands_tell_the_change_and",
    "Drift stops a run with what was expected": "engine/test_executor.py::test_drift_names_the_step_and_shows_before",
    "The second is told who holds the lock,": (
        "failures/test_locks.py::test_two_folders_of_one_function_have_one",
        "failures/test_locks.py::test_a_second_run_is_told_who_holds_the_ledger_where",
    ),
    "That is made atomically,": (
        "engine/test_machines.py::test_of_many_machines_that_want_it_one_gets_it",
        "engine/test_machines.py::test_it_is_renewed_while_a_run_lasts",
        "engine/test_machines.py::test_another_machine_is_refused_until_it_expires",
        "engine/test_machines.py::test_whoever_evicts_has_it_and_the_other_stops",
    ),
    "Where the caller may not change aliases,": "failures/test_locks.py::test_where_aliases_may_not_be_changed_only",
    "So is one that knows of no proxy version": "failures/test_ledger.py::test_a_ledger_that_was_deleted_knows_of_no",
    "The alias `lambda-migrate` keeps number and hash": "failures/test_ledger.py::test_a_ledger_cut_in_half_lacks",
    "An edit breaks the chain of hashes": "engine/test_ledger.py::test_an_edited_record_is_refused_by_name",
    "A torn last record is dropped,": "failures/test_ledger.py::test_a_torn_record_that_is_dropped_is_said",
    "An edit of the last record,": (
        "engine/test_index.py::test_a_bit_that_flips_in_the_last_record_is_noticed",
        "engine/test_index.py::test_records_that_the_ledger_lost_at_its_end_are_read",
    ),
    "The index is made again where it": "engine/test_index.py::test_any_damage_of_the_index_changes_nothing",
    "Keep `ledger.yaml` in version control:": "actions/test_law.py::test_it_reads_back_equal_and_shows_neither_secrets",
    "The verdict is `inconclusive` (exit 7),": "engine/test_judging.py::test_inconclusive_pauses_where_it_is_and_is",
    "That holds for a trigger that goes direct, too:": "cli/test_direct.py::test_without_traffic_it_pauses_and_the",
    "A canary of 10 % fails:": (
        "verify/test_judge.py::test_a_service_that_answers_500_or_404_to_everything_fails",
        "sandbox/test_a_canary_is_judged.py::test_a_healthy_service_that_answers_everything_wrong",
        "triggers/test_request_metrics.py::test_each_source_of_requests_counts_what_callers_got",
    ),
    "What the original answers too": (
        "verify/test_source_verdict.py::test_enough_traffic_that_is_as_good_as_before",
        "verify/test_verdict.py::test_what_chance_explains_or_what_was_before_does_not_fail",
    ),
    "Then nothing is proven:": (
        "verify/test_judge.py::test_silence_of_the_proxy_is_inconclusive_and_its_likely",
        "sandbox/test_a_canary_is_judged.py::test_a_proxy_whose_lines_never_become_metrics",
    ),
    "`doctor` says so before the first canary,": (
        "verify/test_checks.py::test_metrics_are_proven_to_arrive_by_the",
        "verify/test_alarms_and_telemetry.py::test_everything_in_the_way_is_told_with_what",
    ),
    "Health is asked through the proxy, inside Lambda.": (
        "verify/test_vantage.py::test_a_service_that_only_lambda",
        "cli/test_unkind_account.py::test_a_service_inside_the_network_is_reached",
    ),
    "From here it is asked as well,": "verify/test_vantage.py::test_a_slow_answer_counts_where_it_matters_and_not",
    "The API's own metrics say so:": "cli/test_direct.py::test_a_healthy_service_that_answers_nothing_well_fails",
    "That shows before a route moves:": "cli/test_direct.py::test_a_service_that_the_api_does_not_reach_fails_before_a",
    "If it fails, nothing has moved.": "cli/test_direct.py::test_a_service_that_the_api_does_not_reach_fails_before_a",
    "A URL with an internal load balancer": "planner/test_direct.py::test_aws_is_not_sent_where_it_cannot_go",
    "The longest run of 14 days is compared": "triggers/test_too_slow.py::test_a_source_that_waits_for_less_than_the",
    "Where CloudWatch cannot tell, they close too.": (
        "triggers/test_duration.py::test_what_cannot_be_read_is_said_and",
        "triggers/test_too_slow.py::test_a_source_that_waits_for_less_than_the",
    ),
    "SNS tries for up to one hour,": (
        "triggers/test_sns.py::test_sns_is_told_to_try_a_url_for_as_long_as_aws",
        "triggers/test_sns.py::test_sns_without_a_dead_letter_queue_is_a_gate",
        "triggers/test_sns.py::test_sns_the_service_is_subscribed_with_the_attributes",
    ),
    "A message that comes again while it is handled": "service_library/test_sns_repeated.py::test_a_message_that_comes",
    "Name a queue for the topic": "sandbox/test_topic_by_a_queue.py::test_a_message_reaches_the_handler",
    "What is in the queue when you roll back": "sandbox/test_topic_by_a_queue.py::test_a_message_reaches",
    "Each event takes the old way or the new one.": "sandbox/test_events_by_a_queue.py::test_a_bucket_moves_to_a_queue",
    "Until S3 knows of the change": "sandbox/test_events_by_a_queue.py::test_a_bucket_moves_to_a_queue_and_back_twice",
    "The pipe begins before the record that": "sandbox/test_stream_by_a_pipe.py::test_a_stream_goes_by_a_pipe",
    "So some records come again,": "triggers/test_piped_stream.py::test_a_stopped_pipe_is_made_the_mapping_is_switched",
    "The same mapping goes on where it stopped,": "cli/test_events_direct.py::test_a_bucket_and_a_stream_go",
    "Then nothing is planned for that stream:": "triggers/test_piped_stream.py::test_what_no_pipe_does_keeps",
    "Their change stays in the API and is not shipped:": "actions/test_rest_api_others.py::test_a_change_at_any_moment",
    "What was already waiting to be deployed closes": "sandbox/test_embedded_aws_rest_api.py::test_what_somebody",
    "`inspect` and `doctor` name functions": "inventory/test_inventory.py::test_the_stack_that_owns_the_function_and",
    "What a deployment has put back": (
        "simulation/test_standing.py::test_what_a_deployment_puts_back_is_told_by_its_name"
    ),
    "The cutover waits (`owned-by-stack`)": "planner/test_cutover.py::test_what_a_stack_would_put_back_is_named_until",
    "Those that can be pointed at the alias": (
        "sandbox/test_documents_under_traffic.py::test_a_schedule_goes_on_firing_there_and_back",
        "planner/test_cutover.py::test_a_trigger_that_cannot_be_re_pointed_is_named_until_it_is_accepted",
    ),
    "An alias that somebody has invoked": (
        "cli/test_way_back.py::test_who_comes_by_role_to_the_alias_is_answered_after_the_way_back_and_by_what_cleanup",
        "actions/test_counted.py::test_what_was_invoked_lately_is_in_use",
    ),
    "What guarded a canary goes with it,": (
        "simulation/test_guard_left.py::test_a_guard_that_expired_credentials_left_is_removed_by_the_next_command",
        "engine/test_guard_refused.py::test_what_the_way_back_could_not_remove_is_found_and_removed_by_the_next",
        "workflow/test_aws_status.py::test_a_role_that_is_left_of_a_guard_is_told_with_what_removes_it",
    ),
    "Schedules, pipes, state machines,": (
        "inventory/test_callers_by_role.py::test_schedules_name_the_function_as_their",
        "inventory/test_recorded_callers.py::test_pipes_have_the_function_as_target_and_to",
        "inventory/test_callers_by_role.py::test_state_machines_name_the_function_in_every_way",
        "inventory/test_callers_by_role.py::test_appsync_has_data_sources_that_invoke_by_role",
        "inventory/test_callers_by_role.py::test_other_functions_name_it_in_their_environment",
        "inventory/test_apis.py::test_an_api_with_credentials_needs_no_permission",
    ),
    "What could not be looked at is `unknown`,": (
        "inventory/test_unlooked.py::test_a_listing_that_cannot_be_read_is_an",
        "planner/test_cutover.py::test_a_trigger_that_cannot_be_re_pointed_is_named",
    ),
    "`retire` waits until nothing has invoked": (
        "planner/test_retire.py::test_our_own_probes_are_no_callers",
        "planner/test_retire.py::test_a_shorter_silence_than_asked_for_blocks",
        "planner/test_retire.py::test_a_function_that_refuses_its_callers_is_not_quiet",
    ),
    "A trigger that you accepted for the cutover": "planner/test_retire.py::test_what_is_accepted_for_the_cutover_lets",
    "Freeze the pipeline (`lambda-migrate freeze`)": "freeze/test_command.py::test_the_command_publishes_records",
    "`lambda-migrate rollback` undoes every recorded step,": (
        "cli/test_rollback.py::test_everything_is_taken_back",
        "cli/test_rollback.py::test_back_to_a_step_leaves_that_step_standing",
        "engine/test_rolling_back.py::test_rollback_goes_through_every_run_the_latest_first",
    ),
    "It says for each step what it will be afterwards,": "cli/test_way_back.py::test_it_says_what_each_step_will_be",
    "It uses the ledger and what going back needs:": "cli/test_way_back.py::test_it_uses_only_what_going_back_needs",
    "`$LATEST` is not written where it is the original": "cli/test_way_back.py::test_no_request_is_lost_while_the",
    "`retire` deletes the function;": "engine/test_rolling_back.py::test_an_irreversible_step_stops_a_rollback",
    "Everything that does not depend on it does:": "engine/test_way_back.py::test_a_trigger_that_cannot_go_back_holds",
    "What is stuck is reported at the end (exit 5),": "cli/test_way_back.py::test_what_somebody_moved_can_be_left_out",
    "What somebody has put back by hand": "cli/test_way_back.py::test_what_somebody_put_back_by_hand_counts_as_un",
    "SNS lets nobody delete it,": "actions/test_leaving.py::test_a_subscription_that_nobody_confirms_is_passed_by",
    "`cutover --direct` typed again asks": (
        "engine/test_way_back.py::test_an_answer_that_is_still_waited_for_is_asked",
        "engine/test_apply.py::test_who_has_not_answered_is_reminded_once",
    ),
    "The dropped key stays dropped,": "cli/test_rotate_key.py::test_after_the_end_of_a_rotation_everything_goes_back",
    "A rollback that would end at a version": "planner/test_rollback.py::test_a_rollback_that_would_end_at_a",
    "From the first `proxy deploy` on,": (
        "cli/test_way_back.py::test_no_pruner_takes_the_way_back_along",
        "planner/test_proxy.py::test_the_original_is_pinned_from_the_first_deployment",
        "sandbox/test_refusals.py::test_a_version_that_an_alias_names_is_not_deleted",
    ),
    "A version that a later cutover or a key rotation": (
        "simulation/test_found.py::test_no_pruner_takes_the_version",
        "planner/test_rotate_keys.py::test_the_version_that_is_left_is_pinned_until_its_key",
    ),
    "`handover` says which file, and why,": "handover/test_patches.py::test_what_cannot_be_told_is_left_to_a_person",
    "Of two blocks that may be the one": "handover/test_terraform_code.py::test_of_two_that_may_be_it_the_state_tells",
    "`lambda-migrate handover --check FILE.patch`": "cli/test_handover.py::test_what_stands_is_written_for_its_owner",
    "`handover --check` needs none:": "cli/test_handover.py::test_what_stands_is_written_for_its_owner_and",
    "Once you have, or have named the": "simulation/test_settings_of_now.py::test_a_cutover_whose_guard_was_refused",
    "The schedule that would put a canary back": "engine/test_guard.py::test_it_never_overwrites_what_somebody_else",
    "What it left keeps what it needs,": "simulation/test_found.py::test_what_a_hurried_way_back_left_that_was",
    "What may hold some is left in place,": (
        "cli/test_way_back.py::test_what_may_still_carry_traffic_stays_until_its",
        "planner/test_golden_plans.py::test_the_plan_is_the_golden_one",
        "sandbox/test_what_was_on_its_way.py::test_an_event_that_the_service_refused_is_delivered",
    ),
    "`lambda-migrate cleanup` removes what may go.": "cli/test_way_back.py::test_cleanup_removes_what_a_rollback_left",
    "With `--now` rollback waits for nothing": "engine/test_way_back.py::test_in_a_hurry_nothing_is_waited_for_and",
    "Lambda moves it through weights of its own;": "actions/test_leaving.py::test_an_alias_with_provisioned_concur",
    "A snapshot of each version is waited for,": (
        "proxy/test_snapshots.py::test_hooks_of_the_original_run_after_the",
        "actions/test_answers_of_functions.py::test_a_version_that_is_being_made_ready_is_moving",
    ),
    "Where code has to be signed,": "planner/test_carried_settings.py::test_with_a_bucket_for_signer_the_layer_is",
    "Both versions stay on the runtime": "planner/test_carried_settings.py::test_a_runtime_that_lambda_does_not_update",
    "Instances that a version has provisioned": "planner/test_provisioned.py::test_what_a_version_has_provisioned_the",
    "A setting that is new to lambda-migrate": "function/test_settings.py::test_a_setting_that_is_not_known_is_told",
    "Where the ledger is not checked out,": "cli/test_handover.py::test_without_the_ledger_nobody_knows_what_a_plan",
    "The plan says so, with the missing": "workflow/test_remote_states.py::test_a_state_that_may_not_be_read",
    "Names in the code still identify owners.": "handover/test_ownership.py::test_what_was_made_is_believed",
    "Both owners are named:": "handover/test_ownership.py::test_two_owners_of_one_thing_are_told",
    "A state that is locked": "workflow/test_ownership.py::test_a_state_that_is_locked_is_told_with_who_is_at_work",
    "A file that cannot be read": "workflow/test_ownership.py::test_a_state_that_cannot_be_read_is_told_and_stops",
    "Where a template differs from AWS,": "workflow/test_ownership.py::test_a_template_that_cannot_be_parsed_and_one",
    "The original version stays for as long": "cli/test_way_back.py::test_the_original_stays_while_the_freeze_names_it",
    "The caller has its answer all the same.": "proxy/test_recording.py::test_whatever_fails_in_the_recorder",
    "What is more than it can keep up with": "proxy/test_recording.py::test_a_recorder_that_falls_behind_drops",
    "A recording that nobody ends": "proxy/test_recording.py::test_what_is_recorded_is_chosen_by_rate_kind_route_and",
    "The run slows down, then pauses,": "workflow/test_shadow.py::test_a_throttled_call_is_tried_again_slower",
    "What was throttled does not count": "workflow/test_shadow.py::test_a_throttled_call_is_tried_again_slower",
    "A part whose answer was lost is sent again,": "function/test_layer_upload.py::test_a_connection_that_is_cut_costs",
    "Ctrl-C stops between two parts;": "actions/test_copied_image.py::test_ctrl_c_stops_between_two_parts_says_what_is",
    "What is in `.lambda-migrate/ledger.uploads`": "function/test_layer_upload.py::test_what_is_resumed_is_held",
    "The lock between machines is renewed meanwhile.": "actions/test_copied_image.py::test_the_lock_between_machines",
}
"""How each sentence begins, and the tests that show it: their files, and how their names begin."""


def sentences() -> list[str]:
    text = re.sub(r"\*\*…[^*]*\*\*", "", PAGE.read_text(encoding="utf-8").partition("\n")[2])
    found = [" ".join(each.split()) for each in re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)]
    return [each for each in found if each]


def test_every_sentence_has_its_test() -> None:
    said = sentences()

    assert [each for each in said if not any(each.startswith(start) for start in SHOWN_BY)] == []
    assert [start for start in SHOWN_BY if not any(each.startswith(start) for each in said)] == []


def named() -> list[str]:
    return sorted({each for shown in SHOWN_BY.values() for each in ((shown,) if isinstance(shown, str) else shown)})


@pytest.mark.parametrize("shown_by", named())
def test_the_test_is_there(shown_by: str) -> None:
    file, name = shown_by.split("::")

    assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8")
