using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class StatementRequirementsTests
{
    // What each kind needs. Written a second time on purpose: a kind that changes its class changes it here, too.
    private static readonly Dictionary<string, string> Expected = Parse("""
        accesses: SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt ExplainStmt PrepareStmt DeclareCursorStmt
        session: TransactionStmt ConstraintsSetStmt DiscardStmt DeallocateStmt ExecuteStmt FetchStmt ClosePortalStmt UnlistenStmt
        settings: VariableSetStmt VariableShowStmt
        Truncate: TruncateStmt
        Lock: LockStmt
        Call: CallStmt
        Copy: CopyStmt
        Ddl: CreateStmt CreateTableAsStmt ViewStmt IndexStmt CreateSeqStmt CreateSchemaStmt CreateStatsStmt CreateDomainStmt CreateEnumStmt
        Ddl: CreateRangeStmt CompositeTypeStmt CreatePolicyStmt AlterTableStmt AlterSeqStmt AlterStatsStmt AlterDomainStmt AlterEnumStmt
        Ddl: AlterTypeStmt AlterCollationStmt AlterPolicyStmt AlterTSConfigurationStmt AlterTSDictionaryStmt ReplicaIdentityStmt
        Ddl: AlterObjectSchemaStmt RenameStmt CommentStmt DropStmt
        Grant: GrantStmt AlterDefaultPrivilegesStmt AlterOwnerStmt
        Maintain: VacuumStmt ClusterStmt ReindexStmt RefreshMatViewStmt
        DangerousCode: DoStmt CreateFunctionStmt AlterFunctionStmt ReturnStmt CreateTrigStmt CreateEventTrigStmt AlterEventTrigStmt RuleStmt
        DangerousCode: DefineStmt AlterOperatorStmt CreateOpClassStmt CreateOpFamilyStmt AlterOpFamilyStmt CreateCastStmt
        DangerousCode: CreateConversionStmt CreateTransformStmt CreatePLangStmt CreateAmStmt CreateExtensionStmt AlterExtensionStmt
        DangerousCode: AlterExtensionContentsStmt AlterObjectDependsStmt
        DangerousServer: AlterSystemStmt CheckPointStmt LoadStmt CreatedbStmt DropdbStmt AlterDatabaseStmt AlterDatabaseSetStmt
        DangerousServer: AlterDatabaseRefreshCollStmt CreateTableSpaceStmt DropTableSpaceStmt AlterTableSpaceOptionsStmt
        DangerousServer: AlterTableMoveAllStmt CreateFdwStmt AlterFdwStmt CreateForeignServerStmt AlterForeignServerStmt
        DangerousServer: CreateForeignTableStmt ImportForeignSchemaStmt CreateUserMappingStmt AlterUserMappingStmt DropUserMappingStmt
        DangerousServer: CreatePublicationStmt AlterPublicationStmt CreateSubscriptionStmt AlterSubscriptionStmt DropSubscriptionStmt SecLabelStmt
        DangerousRoles: CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt GrantRoleStmt ReassignOwnedStmt DropOwnedStmt
        DangerousNotifications: ListenStmt NotifyStmt
        """);

    public static TheoryData<string> Kinds => [.. Enum.GetValues<SqlNodeKind>().Where(SqlStatementNames.IsStatement).Select(SqlStatementNames.Of)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKind_IsMapped(string kind)
    {
        var requirement = StatementRequirements.Of(Enum.Parse<SqlNodeKind>(kind));
        var actual = requirement.Class switch
        {
            StatementClass.Permission => requirement.Permission.ToString(),
            var other => other.ToString().ToLowerInvariant(),
        };

        Assert.True(Expected.TryGetValue(kind, out var expected), $"{kind} is new: decide what it needs.");
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void ANodeThatIsNoStatement_IsDenied() =>
        Assert.All(
            Enum.GetValues<SqlNodeKind>().Where(static kind => !SqlStatementNames.IsStatement(kind)),
            static kind => Assert.Equal(StatementClass.Denied, StatementRequirements.Of(kind).Class));

    [Fact]
    public void AKindOfALaterVersion_IsDenied() => Assert.Equal(StatementClass.Denied, StatementRequirements.Of((SqlNodeKind)9999).Class);

    private static Dictionary<string, string> Parse(string table) => table.Split('\n')
        .Select(static line => line.Trim().Split(": "))
        .SelectMany(static parts => parts[1].Split(' '), static (parts, kind) => (Kind: kind, Needs: parts[0]))
        .ToDictionary(static entry => entry.Kind, static entry => entry.Needs, StringComparer.Ordinal);
}
