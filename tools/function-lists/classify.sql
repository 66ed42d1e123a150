-- Sorts the functions of pg_catalog for the statement gate's lists. Run it with ./generate.sh against the newest server.
--
-- The rules are tried from top to bottom, and the first that matches the name decides. A function without a rule is
-- not listed, and so is denied: a new major version adds nothing by itself. Rules with class 'values' hold for
-- immutable functions only; everything else is named here one by one, because somebody has to have thought about it.
--
-- What may be called: whatever depends only on its arguments, the clock, chance, or on names and definitions that every
-- role can read anyway (psql's \d asks for them). What may not: see the reasons below.
\set ON_ERROR_STOP on

create temp table rules (position int generated always as identity, class text, pattern text, reason text);

insert into rules (class, pattern, reason) values
-- Dangerous.
('denied', '(query|cursor|table|schema|database)_to_xml.*', 'runs SQL text, or reads tables by computed name (D31)'),
('denied', 'ts_stat|ts_rewrite', 'runs SQL text; ts_rewrite in one of its forms (D31)'),
('denied', 'currtid2', 'reads a table by computed name'),
('denied', 'pg_get_sequence_data|pg_sequence_last_value', 'reads a sequence by computed name, granted or not (D42)'),
('denied', 'nextval|setval', 'writes a sequence'),
('denied', 'currval|lastval', 'tells what another session drew from a sequence, where sessions share connections'),
('denied', 'set_config', 'changes settings (D03, D47)'),
('denied', 'setseed', 'makes random() predictable for whoever has the connection next'),
('denied', 'current_setting', 'reads settings by computed name, and deployments keep secrets in settings of their own; pg_settings shows none of those'),
('denied', 'pg_read_.*|pg_ls_.*|pg_stat_file|pg_current_logfile', 'reads files of the server (D48)'),
('denied', 'pg_hba_file_rules|pg_ident_file_mappings|pg_show_all_file_settings|pg_config|pg_get_loaded_modules', 'reads configuration files of the server'),
('denied', 'pg_available_extensions|pg_available_extension_versions|pg_extension_update_paths', 'reads files of the server'),
('denied', 'lo_.*|loread|lowrite', 'reads and writes large objects and files, which have no columns to grant (D48)'),
('denied', 'pg_sleep.*', 'sleeps: a timing channel, and holds a connection (D42)'),
('denied', 'pg_(try_)?advisory_.*', 'takes locks that other sessions notice (D42, D49)'),
('denied', 'pg_notify|pg_logical_emit_message', 'sends to other sessions (D49)'),
('denied', 'pg_cancel_backend|pg_terminate_backend|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_log_backend_memory_contexts|pg_log_standby_snapshot', 'signals other processes (D48)'),
('denied', 'pg_stat_.*|pg_clear_.*_stats|pg_restore_.*_stats', 'reads or writes statistics, those of other sessions included (D23)'),
('denied', 'pg_mcv_list_items|pg_mcv_list_send|pg_ndistinct_send|pg_dependencies_send|brin_.*_summary_send', 'shows values out of statistics and summaries (D23)'),
('denied', 'pg_cursor|pg_prepared_statement|current_query', 'shows statement texts, those of other sessions where connections are shared'),
('denied', 'pg_lock_status|pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_isolation_test_session_is_blocked|pg_prepared_xact|pg_get_aios|pg_get_backend_memory_contexts|pg_get_shmem_.*|pg_get_wait_events|pg_notification_queue_usage|pg_listening_channels', 'shows what other sessions do (D23)'),
('denied', 'pg_.*replication.*|pg_logical_.*|pg_replication_.*|pg_export_snapshot|pg_sync_.*', 'replication (D48)'),
('denied', 'pg_.*wal_.*|pg_wal_.*|pg_.*_wal|pg_backup_.*|pg_create_restore_point|pg_control_.*|pg_available_wal_summaries|pg_last_.*|pg_split_walfile_name|pg_walfile_.*', 'shows or drives the server''s log of changes'),
('denied', 'binary_upgrade_.*|pg_nextoid|pg_stop_making_pinned_objects|pg_import_system_collations|pg_extension_config_dump|amvalidate|.*_validator', 'changes catalogs, or belongs to the server''s own upkeep'),
('denied', 'brin_.*|gin_clean_pending_list', 'maintains indexes'),
('denied', 'txid_current|txid_current_if_assigned|pg_current_xact_id|pg_current_xact_id_if_assigned|txid_status|pg_xact_.*|pg_get_multixact_members', 'writes or shows transaction numbers'),
('denied', '(txid|pg)_.*snapshot.*', 'shows which transactions run'),
('denied', 'pg_database_size|pg_tablespace_size|pg_tablespace_location|pg_tablespace_databases|pg_relation_filepath|pg_relation_filenode|pg_filenode_relation', 'tells of other databases, or where files are'),
('denied', 'inet_(client|server)_(addr|port)', 'shows the network behind the proxy'),
('denied', 'pg_get_functiondef|pg_get_function_sqlbody', 'shows whole function bodies'),
('denied', 'satisfies_hash_partition', 'opens a table by computed number'),
('denied', 'pg_event_trigger_.*|pg_trigger_depth|pg_conf_load_time|pg_jit_available|pg_numa_available|.*collation_actual_version|pg_column_toast_chunk_id|pg_get_catalog_foreign_keys|pg_get_publication_tables|pg_get_replica_identity_index|pg_indexam_progress_phasename|mxid_age|xmlvalidate', 'nobody needs it'),
-- Parts of the server that have to be functions; nobody calls them.
('plumbing', '.*(typmodin|typmodout|_accum|_accum_inv|_combine|_transfn|_finalfn|_canonical|_subdiff|_regr_.*)|(float8|int8)_(avg|corr|covar_.*|stddev_.*|var_.*)|int[248]_sum|int2int4_sum|bool(and|or)_statefunc|int8(inc|dec)(_any|_float8_float8)?|numeric_inc|spg_.*|gin_.*|gist_.*|bt.*cmp|bt(var|)(str|)equalimage|reg.*send|(void|unknown|pg_ddl_command|pg_node_tree|aclitem|pg_snapshot|txid_snapshot|oidvector|int2vector|cid|xid|xid8|tid)_?send|hash(cid|cidextended|tid|tidextended|aclitem.*)|aclinsert|aclremove|in_range', 'support for aggregates, indexes and types'),
-- Named after TABLESAMPLE, not called.
('sampling', 'bernoulli|system', 'the methods of TABLESAMPLE'),
-- Names and definitions, which every role can read.
('definitions', 'format_type|pg_basetype|pg_typeof|pg_collation_for|oidvectortypes|to_reg.*|regclass|pg_.*_is_visible', 'names of objects'),
('definitions', '(col|obj|shobj)_description|pg_describe_object|pg_identify_object|pg_identify_object_as_address|pg_get_object_address', 'names and comments of objects'),
('definitions', 'pg_get_(constraintdef|expr|function_arg_default|function_arguments|function_identity_arguments|function_result|indexdef|keywords|partition_constraintdef|partkeydef|ruledef|serial_sequence|statisticsobjdef|statisticsobjdef_columns|statisticsobjdef_expressions|triggerdef|userbyid|viewdef|acl)', 'definitions of objects'),
('definitions', 'pg_partition_(ancestors|root|tree)|pg_sequence_parameters|pg_options_to_table|pg_index(am|_column)?_has_property|pg_column_is_updatable|pg_relation_is_(updatable|publishable)|row_security_active', 'properties of objects'),
('definitions', 'pg_(table|relation|indexes|total_relation)_size', 'sizes of tables, for psql \d+: pg_class.relpages says nearly the same'),
('definitions', 'has_.*_privilege|pg_has_role|acldefault|aclexplode|aclitemeq|aclcontains|makeaclitem', 'privileges'),
('definitions', 'enum_(first|last|range)', 'values of types'),
('definitions', 'pg_char_to_encoding|pg_encoding_to_char|pg_encoding_max_length|pg_timezone_(names|abbrevs_abbrevs|abbrevs_zone)|pg_show_all_settings|pg_settings_get_flags|ts_token_type|ts_debug|get_current_ts_config', 'what the server offers'),
-- Who and where the session is.
('session', 'current_(database|schema|schemas|user)|session_user|system_user|getpgusername|getdatabaseencoding|pg_client_encoding|pg_backend_pid|pg_my_temp_schema|pg_is_other_temp_schema|pg_is_in_recovery|pg_postmaster_start_time|version|unicode_version|icu_unicode_version', 'the session and its server'),
-- The clock and chance.
('moments', 'now|(clock|statement|transaction)_timestamp|timeofday|random|random_normal|gen_random_uuid|uuidv[47]|array_(sample|shuffle)', 'the clock and chance'),
-- Not immutable, but only because of settings (time zone, locale, text search) or because the types given have such functions.
('values_by_settings', 'age|anytextcat|textanycat|array_to_(json|string)|concat|concat_ws|convert|convert_from|convert_to|date|date_add|date_part|date_subtract|date_trunc|extract|format|generate_series|interval_pl_timestamptz|(date|timestamp|timestamptz)_(cmp|eq|ge|gt|le|lt|ne)_(date|timestamp|timestamptz)|timestamptz_(mi|pl)_interval|length|make_timestamptz|money|numeric|overlaps|quote_(literal|nullable)|time|timestamp|timestamptz|timetz|timezone|to_(char|date|number|timestamp)|xml|xml_is_well_formed|row_to_json|to_jsonb?|jsonb?_build_(array|object)|jsonb?_populate_record(set|_valid)?|jsonb?_to_record(set)?|jsonb?_to_tsvector|jsonb_path_(exists|match|query|query_array|query_first)_tz|pg_column_(size|compression)|pg_input_(is_valid|error_info)|(to|phraseto|plainto|websearch_to)_ts(query|vector)|ts_(headline|match_tq|match_tt|parse)|(any|anycompatible)?array_send|(record|range|multirange|enum|xml)_send|(text|bpchar|varchar|name)send|to_ascii|unistr', 'values, by the session''s settings'),
('values', '.*', 'depends on its arguments only');

create temp view candidates as
select p.proname::text as name, p.prokind as kind, p.provolatile as volatility,
       (p.prorettype in ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype, 'language_handler'::regtype,
                         'index_am_handler'::regtype, 'table_am_handler'::regtype, 'fdw_handler'::regtype, 'tsm_handler'::regtype, 'cstring'::regtype)
        or exists (select from unnest(p.proargtypes) as t where t in ('internal'::regtype, 'cstring'::regtype, 'cstring[]'::regtype))) as is_plumbing
from pg_proc as p
where p.pronamespace = 'pg_catalog'::regnamespace;

create temp view classified as
select distinct c.name,
       case when r.class = 'sampling' then 'sampling'
            when c.is_plumbing then 'plumbing'
            when c.kind in ('a', 'w') then 'aggregates'
            when r.class = 'values' and c.volatility <> 'i' then 'unlisted'
            when r.class = 'values_by_settings' then 'values'
            else r.class end as class,
       r.reason
from candidates as c
cross join lateral (select * from rules where c.name ~ ('^(' || rules.pattern || ')$') order by position limit 1) as r;
