//! Every case as a test.

/// Makes a test of every case. The argument is the name of a function in scope, `fn(Application) -> Started`, that starts a
/// server of the adapter.
#[macro_export]
macro_rules! adapter_suite {
    ($start:ident) => {
        $crate::cases_as_tests! { $start;
            bodies {
                malformed_bodies_are_the_senders_fault
                a_large_body_is_not_read
                a_malformed_body_uses_nothing_up
                unknown_members_are_passed_over
            }
            browser_binding {
                another_browser_finds_nothing_and_uses_nothing_up
                a_browser_has_one_secret
                two_ceremonies_of_one_browser_go_side_by_side
                a_native_app_has_no_cookie_and_no_browser_takes_its_ceremony_over
                a_planted_cookie_is_not_taken
            }
            ceremonies {
                register_sign_in_step_up_rename_remove
                the_window_of_a_recent_sign_in_has_two_ends
                a_replay_is_refused
                of_fifty_copies_at_once_one_signs_in
                a_failed_attempt_uses_the_ceremony_up
                a_ceremony_expires
                finish_compares_the_session_with_the_one_at_begin
                a_registration_is_no_authentication
                a_registration_can_go_without_a_dialogue
            }
            codes {
                every_code_and_its_status
                a_full_store_is_unavailable_and_evicts_nothing
                whatever_the_cause_a_refused_passkey_gets_one_answer
                only_a_passkey_that_nobody_has_is_unknown
                steps_and_hints_are_for_localhost
                a_name_with_an_account_looks_like_one_without
            }
            credentials {
                anothers_passkey_is_not_there
                a_removed_passkey_never_comes_back
                the_application_may_keep_a_passkey
                the_last_one_may_have_to_stay
                an_account_without_another_way_in_keeps_one
                a_known_make_has_a_name
            }
            headers {
                another_sites_page_is_refused_before_anything_else
                a_form_is_refused
                a_wrong_method_is_told_the_right_ones
                nobody_sees_a_list_without_a_session
                the_script_is_sent_once
                every_answer_is_kept_from_caches_and_from_guessing
            }
            limits {
                w21_rotating_headers_and_bodies_is_no_way_around
                w21_behind_a_trusted_proxy_its_entry_counts_and_no_other
                other_sites_do_not_count
                accounts_count_and_names_of_nobody_too
                own_handlers_count_too
            }
            logs {
                reasons_are_logged_and_secrets_are_not
            }
            own_handlers {
                a_ceremony_under_paths_of_its_own
                the_routes_rules_hold_there_too
            }
            sign_up {
                an_account_begins_with_its_passkey
                a_refused_account_leaves_nothing
                a_sign_up_is_no_registration_and_the_other_way_round
                nobody_else_finishes_a_sign_up
                sign_ups_are_offered_by_choice
            }
            sites {
                each_host_has_its_relying_party
                a_target_that_contradicts_the_header_names_nobody
                a_trusted_proxy_names_the_host
                a_session_is_one_tenants
            }
            surroundings {
                other_paths_are_the_applications
                other_sites_get_no_leave_to_read
                a_session_that_cannot_be_read_is_the_applications_to_answer
                cookies_may_come_in_several_headers
            }
            well_known {
                documents_stand_on_the_root
                what_is_not_declared_is_not_there
            }
            transcript {
                every_answer_is_the_same_byte_for_byte
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! cases_as_tests {
    ($start:ident; $($module:ident { $($case:ident)* })*) => { $(
        mod $module {
            $(
                #[test]
                fn $case() {
                    $crate::run(super::$start, $crate::cases::$module::$case);
                }
            )*
        }
    )* };
}

#[cfg(test)]
mod tests {
    /// A case that is in no test is no case.
    #[test]
    fn every_case_is_a_test() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cases");
        let list = include_str!("macros.rs");
        let mut cases = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for name in
                source.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split_once("(adapter: Adapter)"))
            {
                assert!(list.lines().any(|line| line.trim() == name.0), "{} is not on the list", name.0);
                cases += 1;
            }
        }
        assert!(cases > 40, "{cases}");
    }
}
