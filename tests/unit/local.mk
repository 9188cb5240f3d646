# SPDX-License-Identifier: GPL-2.0-or-later
# tests/unit: one for each module (cmocka)
unit_tests = \
	tests/golden/golden \
	tests/golden/states \
	tests/unit/test_account \
	tests/unit/test_alarm \
	tests/unit/test_arena \
	tests/unit/test_brief \
	tests/unit/test_buf \
	tests/unit/test_canvas \
	tests/unit/test_cgfs \
	tests/unit/test_cgfs_walk \
	tests/unit/test_cgkill \
	tests/unit/test_cgpath \
	tests/unit/test_clock \
	tests/unit/test_codec \
	tests/unit/test_containers \
	tests/unit/test_column \
	tests/unit/test_confine \
	tests/unit/test_container \
	tests/unit/test_control \
	tests/unit/test_dialogs \
	tests/unit/test_evidence \
	tests/unit/test_looks \
	tests/unit/test_press \
	tests/unit/test_findings \
	tests/unit/test_grown_lines \
	tests/unit/test_growth \
	tests/unit/test_packages \
	tests/unit/test_processes \
	tests/unit/test_frame \
	tests/unit/test_group \
	tests/unit/test_guard \
	tests/unit/test_fleet \
	tests/unit/test_gauges \
	tests/unit/test_hash \
	tests/unit/test_headline \
	tests/unit/test_heap \
	tests/unit/test_image \
	tests/unit/test_input \
	tests/unit/test_rooted \
	tests/unit/test_intern \
	tests/unit/test_json_reader \
	tests/unit/test_java \
	tests/unit/test_kill \
	tests/unit/test_actions \
	tests/unit/test_layout \
	tests/unit/test_lines \
	tests/unit/test_log \
	tests/unit/test_meminfo \
	tests/unit/test_options \
	tests/unit/test_outlook \
	tests/unit/test_frame_writer \
	tests/unit/test_mapping_groups \
	tests/unit/test_pin \
	tests/unit/test_past \
	tests/unit/test_plot \
	tests/unit/test_procparse \
	tests/unit/test_slots \
	tests/unit/test_program \
	tests/unit/test_python \
	tests/unit/test_python_stack \
	tests/unit/test_query \
	tests/unit/test_real \
	tests/unit/test_reader \
	tests/unit/test_memory \
	tests/unit/test_flight \
	tests/unit/test_mend \
	tests/unit/test_metrics \
	tests/unit/test_moment \
	tests/unit/test_record \
	tests/unit/test_replay \
	tests/unit/test_report \
	tests/unit/test_request \
	tests/unit/test_run_lines \
	tests/unit/test_runtime \
	tests/unit/test_screens \
	tests/unit/test_series \
	tests/unit/test_share \
	tests/unit/test_session \
	tests/unit/test_settings \
	tests/unit/test_source_live \
	tests/unit/test_store \
	tests/unit/test_store_any \
	tests/unit/test_stream \
	tests/unit/test_stream_manual \
	tests/unit/test_sysparse \
	tests/unit/test_profile \
	tests/unit/test_text \
	tests/unit/test_theme \
	tests/unit/test_title \
	tests/unit/test_titles \
	tests/unit/test_trend \
	tests/unit/test_trend_cycles \
	tests/unit/test_trend_days \
	tests/unit/test_tty \
	tests/unit/test_units \
	tests/unit/test_user_names \
	tests/unit/test_view \
	tests/unit/test_view_container \
	tests/unit/test_view_group \
	tests/unit/test_xalloc

tests_unit_test_codec_SOURCES = tests/unit/test_codec.c $(frame_gen)
tests_unit_test_json_reader_SOURCES = tests/unit/test_json_reader.c $(frame_gen)
tests_unit_test_past_SOURCES = tests/unit/test_past.c $(frame_gen) $(made_day)
tests_unit_test_record_SOURCES = tests/unit/test_record.c $(recording_world)
tests_unit_test_confine_LDADD = $(LDADD) -lpthread
tests_unit_test_confine_SOURCES = tests/unit/test_confine.c tests/unit/confine_calls.h
tests_unit_test_mend_SOURCES = tests/unit/test_mend.c $(recording_world)
tests_unit_test_replay_SOURCES = tests/unit/test_replay.c $(recording_world)
tests_unit_test_source_live_SOURCES = tests/unit/test_source_live.c $(frame_gen)
tests_unit_test_session_SOURCES = tests/unit/test_session.c $(frame_gen)

tests_unit_test_cgfs_SOURCES = tests/unit/test_cgfs.c $(made_tree)
tests_unit_test_cgfs_walk_SOURCES = tests/unit/test_cgfs_walk.c $(made_tree)
tests_unit_test_cgkill_SOURCES = tests/unit/test_cgkill.c $(made_tree)
tests_unit_test_titles_SOURCES = tests/unit/test_titles.c $(made_tree)
tests_unit_test_python_SOURCES = tests/unit/test_python.c $(made_python)
tests_unit_test_looks_SOURCES = tests/unit/test_looks.c $(scene)
tests_unit_test_press_SOURCES = tests/unit/test_press.c $(made_source) $(scene)
tests_unit_test_run_lines_SOURCES = tests/unit/test_run_lines.c $(made_source) $(scene)
tests_unit_test_processes_SOURCES = tests/unit/test_processes.c $(made_tree)
tests_unit_test_reader_SOURCES = tests/unit/test_reader.c $(made_tree)

tests_unit_test_account_SOURCES = tests/unit/test_account.c $(story)
tests_unit_test_containers_SOURCES = tests/unit/test_containers.c $(story)
tests_unit_test_alarm_SOURCES = tests/unit/test_alarm.c $(fleet) $(story)
tests_unit_test_column_SOURCES = tests/unit/test_column.c $(story)
tests_unit_test_query_SOURCES = tests/unit/test_query.c $(story)
tests_unit_test_gauges_SOURCES = tests/unit/test_gauges.c $(story)
tests_unit_test_metrics_SOURCES = tests/unit/test_metrics.c $(story)
tests_unit_test_report_SOURCES = tests/unit/test_report.c $(story)
tests_unit_test_profile_SOURCES = tests/unit/test_profile.c $(story)
tests_unit_test_view_SOURCES = tests/unit/test_view.c $(story)
tests_unit_test_view_container_SOURCES = tests/unit/test_view_container.c $(fleet) $(story)
tests_unit_test_view_group_SOURCES = tests/unit/test_view_group.c $(story)
tests_unit_test_group_SOURCES = tests/unit/test_group.c $(story)
tests_unit_test_share_SOURCES = tests/unit/test_share.c $(story)
tests_unit_test_headline_SOURCES = tests/unit/test_headline.c $(story)
tests_unit_test_kill_SOURCES = tests/unit/test_kill.c $(story)
tests_unit_test_store_SOURCES = tests/unit/test_store.c $(story)
tests_unit_test_store_any_SOURCES = tests/unit/test_store_any.c $(frame_gen)
