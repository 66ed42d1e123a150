using PgOAuth.Sql.Syntax;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What each kind of statement needs (stage 7). A kind that is not here is denied.</summary>
internal static class StatementRequirements
{
    /// <summary>By PostgreSQL's node alone; where its words make a difference, the least dangerous of its forms.</summary>
    internal static StatementRequirement Of(SqlNodeKind kind) => kind switch
    {
        // EXPLAIN and the others run or plan what stands in them; row locks, INTO and COPY's direction are accesses.
        N.SelectStmt or N.InsertStmt or N.UpdateStmt or N.DeleteStmt or N.MergeStmt
            or N.ExplainStmt or N.PrepareStmt or N.DeclareCursorStmt => StatementRequirement.ByAccesses,

        // What EXECUTE and FETCH run was judged when it was prepared or declared; the gate judges it again when the policy moved.
        N.TransactionStmt or N.ConstraintsSetStmt or N.DiscardStmt or N.DeallocateStmt or N.ExecuteStmt
            or N.FetchStmt or N.ClosePortalStmt or N.UnlistenStmt => StatementRequirement.OfSession,

        N.VariableSetStmt or N.VariableShowStmt => StatementRequirement.BySettings,

        N.TruncateStmt => StatementRequirement.Needs(P.Truncate),
        N.LockStmt => StatementRequirement.Needs(P.Lock),
        N.CallStmt => StatementRequirement.Needs(P.Call),
        N.CopyStmt => StatementRequirement.Needs(P.Copy),

        N.CreateStmt or N.CreateTableAsStmt or N.ViewStmt or N.IndexStmt or N.CreateSeqStmt or N.CreateSchemaStmt or N.CreateStatsStmt
            or N.CreateDomainStmt or N.CreateEnumStmt or N.CreateRangeStmt or N.CompositeTypeStmt or N.CreatePolicyStmt
            or N.AlterTableStmt or N.AlterSeqStmt or N.AlterStatsStmt or N.AlterDomainStmt or N.AlterEnumStmt or N.AlterTypeStmt
            or N.AlterCollationStmt or N.AlterPolicyStmt or N.AlterTSConfigurationStmt or N.AlterTSDictionaryStmt or N.ReplicaIdentityStmt
            or N.AlterObjectSchemaStmt or N.RenameStmt or N.CommentStmt or N.DropStmt => StatementRequirement.Needs(P.Ddl),

        N.GrantStmt or N.AlterDefaultPrivilegesStmt or N.AlterOwnerStmt => StatementRequirement.Needs(P.Grant),

        N.VacuumStmt or N.ClusterStmt or N.ReindexStmt or N.RefreshMatViewStmt => StatementRequirement.Needs(P.Maintain),

        // Triggers and rules are code that other people's statements run; operators and casts are functions by another name.
        N.DoStmt or N.CreateFunctionStmt or N.AlterFunctionStmt or N.ReturnStmt or N.CreateTrigStmt or N.CreateEventTrigStmt
            or N.AlterEventTrigStmt or N.RuleStmt or N.DefineStmt or N.AlterOperatorStmt or N.CreateOpClassStmt or N.CreateOpFamilyStmt
            or N.AlterOpFamilyStmt or N.CreateCastStmt or N.CreateConversionStmt or N.CreateTransformStmt or N.CreatePLangStmt
            or N.CreateAmStmt or N.CreateExtensionStmt or N.AlterExtensionStmt or N.AlterExtensionContentsStmt
            or N.AlterObjectDependsStmt => StatementRequirement.Needs(P.DangerousCode),

        N.AlterSystemStmt or N.CheckPointStmt or N.LoadStmt or N.CreatedbStmt or N.DropdbStmt or N.AlterDatabaseStmt
            or N.AlterDatabaseSetStmt or N.AlterDatabaseRefreshCollStmt or N.CreateTableSpaceStmt or N.DropTableSpaceStmt
            or N.AlterTableSpaceOptionsStmt or N.AlterTableMoveAllStmt or N.CreateFdwStmt or N.AlterFdwStmt or N.CreateForeignServerStmt
            or N.AlterForeignServerStmt or N.CreateForeignTableStmt or N.ImportForeignSchemaStmt or N.CreateUserMappingStmt
            or N.AlterUserMappingStmt or N.DropUserMappingStmt or N.CreatePublicationStmt or N.AlterPublicationStmt
            or N.CreateSubscriptionStmt or N.AlterSubscriptionStmt or N.DropSubscriptionStmt
            or N.SecLabelStmt => StatementRequirement.Needs(P.DangerousServer),

        N.CreateRoleStmt or N.AlterRoleStmt or N.AlterRoleSetStmt or N.DropRoleStmt or N.GrantRoleStmt or N.ReassignOwnedStmt
            or N.DropOwnedStmt => StatementRequirement.Needs(P.DangerousRoles),

        N.ListenStmt or N.NotifyStmt => StatementRequirement.Needs(P.DangerousNotifications),
        _ => default,
    };

    /// <summary>As the other, but with the words of the statement, which say what kind of object it is about.</summary>
    internal static StatementRequirement Of(SqlNodeKind kind, ReadOnlySpan<LexToken> words)
    {
        var requirement = Of(kind);
        switch (kind)
        {
            case N.TransactionStmt when IsTwoPhase(words):
                return StatementRequirement.Needs(P.DangerousServer);
            case N.DefineStmt:
                // Collations and text search objects hold no code.
                return At(words, 1) is T.Collation or T.Text || (At(words, 1) is T.Or && At(words, 3) is T.Collation or T.Text)
                    ? StatementRequirement.Needs(P.Ddl)
                    : requirement;
            case N.DropStmt or N.RenameStmt or N.AlterObjectSchemaStmt or N.AlterOwnerStmt:
                var permission = OfObject(At(words, 1));
                return permission == P.Ddl ? requirement : StatementRequirement.Needs(permission);
            case N.CreateRangeStmt:
                // subtype alone names a type; what may stand beside it names functions that others will call.
                return HasSeveralOptions(words) ? StatementRequirement.Needs(P.DangerousCode) : requirement;
            case N.GrantStmt:
                return IsGrantOnServer(words) ? StatementRequirement.Needs(P.DangerousServer) : requirement;
            default:
                return requirement;
        }
    }

    // What it takes to change an object of a kind, by the first word of the kind.
    private static StatementPermissions OfObject(T word) => word switch
    {
        T.Table or T.View or T.Materialized or T.Index or T.Sequence or T.Type or T.Domain or T.Schema or T.Collation or T.Statistics
            or T.Policy or T.Text or T.Column or T.Constraint => P.Ddl,
        T.Function or T.Procedure or T.Routine or T.Aggregate or T.Operator or T.Cast or T.Transform or T.Trigger or T.Rule or T.Event
            or T.Language or T.Procedural or T.Extension or T.Conversion or T.Access => P.DangerousCode,
        T.Role or T.User or T.Group => P.DangerousRoles,
        _ => P.DangerousServer,
    };

    // PREPARE TRANSACTION outlives the session and keeps its locks; COMMIT PREPARED ends somebody else's.
    private static bool IsTwoPhase(ReadOnlySpan<LexToken> words) => At(words, 0) is T.Prepare || At(words, 1) is T.Prepared;

    private static bool HasSeveralOptions(ReadOnlySpan<LexToken> words)
    {
        foreach (ref readonly var word in words)
        {
            if (word.Kind is T.Comma)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsGrantOnServer(ReadOnlySpan<LexToken> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            // The first ON is the statement's own: it is a reserved word, and privileges hold no bracket with one.
            if (words[i].Kind is T.On)
            {
                return At(words, i + 1) is T.Database or T.Foreign or T.Language or T.Large or T.Parameter or T.Tablespace;
            }
        }

        return true;
    }

    private static T At(ReadOnlySpan<LexToken> words, int index) => (uint)index < (uint)words.Length ? words[index].Kind : T.EndOfText;
}
