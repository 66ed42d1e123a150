namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of functions, procedures, triggers, rules, types, domains, operators, aggregates, casts and their like.</content>
internal ref partial struct SqlGrammar
{
    private static bool CreateRoutineFamily() => false;

    private static bool AlterRoutineFamily() => false;
}
