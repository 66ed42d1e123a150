namespace PgOAuth.Sql.Syntax;

/// <summary>Kinds of nodes. Those that end in Stmt are PostgreSQL's own node names, and come last.</summary>
internal enum SqlNodeKind : ushort
{
    None,

    /// <summary>A constant. Flags: String.</summary>
    AConst,

    /// <summary>$n; the token holds the number. Payload: the number.</summary>
    ParamRef,

    /// <summary>A column as written: Token..EndToken is its path. Flags: LoneStar.</summary>
    ColumnRef,

    /// <summary>A call. Payload: token after its name; or see the flags SpecialSyntax and TypeNamed.</summary>
    FuncCall,

    /// <summary>name => value.</summary>
    NamedArgExpr,

    /// <summary>An operator and its operands. Payload: the operator's token.</summary>
    AExpr,

    /// <summary>AND, OR, NOT. Payload: the operator's token.</summary>
    BoolExpr,

    /// <summary>IS NULL and its like, IS DISTINCT FROM, IS DOCUMENT, IS JSON.</summary>
    NullTest,

    /// <summary>A cast or a typed literal.</summary>
    TypeCast,

    /// <summary>COLLATE.</summary>
    CollateClause,

    /// <summary>What follows a bracketed expression, a parameter or a column's path: .field, .*, [subscript].</summary>
    AIndirection,

    /// <summary>A SELECT in an expression.</summary>
    SubLink,

    /// <summary>CASE.</summary>
    CaseExpr,

    /// <summary>WHEN .. THEN ..</summary>
    CaseWhen,

    /// <summary>ROW(..) or (a, b).</summary>
    RowExpr,

    /// <summary>ARRAY[..].</summary>
    ArrayExpr,

    /// <summary>COALESCE, NULLIF, GREATEST, LEAST.</summary>
    CoalesceExpr,

    /// <summary>CURRENT_DATE and its like.</summary>
    SqlValueFunction,

    /// <summary>GROUPING(..).</summary>
    GroupingFunc,

    /// <summary>MERGE_ACTION().</summary>
    MergeSupportFunc,

    /// <summary>XMLELEMENT and its like.</summary>
    XmlExpr,

    /// <summary>JSON constructors and query functions.</summary>
    JsonExpr,

    /// <summary>DEFAULT as a value.</summary>
    SetToDefault,

    /// <summary>CURRENT OF cursor.</summary>
    CurrentOfExpr,

    /// <summary>A type. Token..EndToken.</summary>
    TypeName,

    /// <summary>An item of a select or RETURNING list. Payload: token of its label, or -1.</summary>
    ResTarget,

    /// <summary>Select or RETURNING list.</summary>
    TargetList,

    /// <summary>SELECT INTO or the new table of CREATE TABLE AS; its child is the relation.</summary>
    IntoClause,

    /// <summary>FROM, or USING of DELETE.</summary>
    FromClause,

    /// <summary>WHERE.</summary>
    WhereClause,

    /// <summary>GROUP BY.</summary>
    GroupClause,

    /// <summary>HAVING.</summary>
    HavingClause,

    /// <summary>WINDOW.</summary>
    WindowClause,

    /// <summary>A window specification.</summary>
    WindowDef,

    /// <summary>ORDER BY.</summary>
    SortClause,

    /// <summary>LIMIT, OFFSET, FETCH.</summary>
    LimitClause,

    /// <summary>FOR UPDATE and its like. Payload: SqlLockStrength.</summary>
    LockingClause,

    /// <summary>A name in FOR UPDATE OF.</summary>
    LockedRelation,

    /// <summary>One row of VALUES.</summary>
    ValuesList,

    /// <summary>WITH. Flags: Recursive. Payload: the node of the statement it belongs to.</summary>
    WithClause,

    /// <summary>A WITH item; Token is its name.</summary>
    CommonTableExpr,

    /// <summary>A relation: Token..EndToken is its name. Payload: token of its alias, or -1. Flags: Read, Write, Only; neither: not a relation.</summary>
    RangeVar,

    /// <summary>A SELECT in FROM. Payload: token of its alias, or -1.</summary>
    RangeSubselect,

    /// <summary>Functions in FROM. Payload: token of the alias, or -1.</summary>
    RangeFunction,

    /// <summary>XMLTABLE. Payload: token of its alias, or -1.</summary>
    RangeTableFunc,

    /// <summary>JSON_TABLE. Payload: token of its alias, or -1.</summary>
    JsonTable,

    /// <summary>TABLESAMPLE and the relation it samples.</summary>
    RangeTableSample,

    /// <summary>A join. Flags: Natural. Payload: token of its alias, or -1.</summary>
    JoinExpr,

    /// <summary>A column in JOIN .. USING.</summary>
    UsingColumn,

    /// <summary>A column in an alias list. Token is its name.</summary>
    AliasColumn,

    /// <summary>A column that is set: SET of UPDATE, columns of INSERT and COPY FROM. Token is its name. Payload: index of the relation's RangeVar.</summary>
    SetTarget,

    /// <summary>(a, b) = ..</summary>
    MultiAssign,

    /// <summary>ON CONFLICT.</summary>
    OnConflictClause,

    /// <summary>An element of an index or ON CONFLICT.</summary>
    IndexElem,

    /// <summary>RETURNING.</summary>
    ReturningClause,

    /// <summary>WHEN .. THEN of MERGE.</summary>
    MergeWhenClause,

    /// <summary>An option.</summary>
    DefElem,

    /// <summary>A relation that is named as a plain list of words (DROP, COMMENT ON, ..). Token..EndToken as RangeVar; always written.</summary>
    NamedRelation,

    /// <summary>A setting that SET or RESET names. Token..EndToken is its name; none for ALL.</summary>
    Setting,

    // Statements. Payload of SelectStmt: the node of its WITH, or -1; of INSERT, UPDATE, DELETE, MERGE: their target's RangeVar.
    AlterCollationStmt,
    AlterDatabaseRefreshCollStmt,
    AlterDatabaseSetStmt,
    AlterDatabaseStmt,
    AlterDefaultPrivilegesStmt,
    AlterDomainStmt,
    AlterEnumStmt,
    AlterEventTrigStmt,
    AlterExtensionContentsStmt,
    AlterExtensionStmt,
    AlterFdwStmt,
    AlterForeignServerStmt,
    AlterFunctionStmt,
    AlterObjectDependsStmt,
    AlterObjectSchemaStmt,
    AlterOpFamilyStmt,
    AlterOperatorStmt,
    AlterOwnerStmt,
    AlterPolicyStmt,
    AlterPublicationStmt,
    AlterRoleSetStmt,
    AlterRoleStmt,
    AlterSeqStmt,
    AlterStatsStmt,
    AlterSubscriptionStmt,
    AlterSystemStmt,
    AlterTSConfigurationStmt,
    AlterTSDictionaryStmt,
    AlterTableMoveAllStmt,
    AlterTableSpaceOptionsStmt,
    AlterTableStmt,
    AlterTypeStmt,
    AlterUserMappingStmt,
    CallStmt,
    CheckPointStmt,
    ClosePortalStmt,
    ClusterStmt,
    CommentStmt,
    CompositeTypeStmt,
    ConstraintsSetStmt,
    CopyStmt,
    CreateAmStmt,
    CreateCastStmt,
    CreateConversionStmt,
    CreateDomainStmt,
    CreateEnumStmt,
    CreateEventTrigStmt,
    CreateExtensionStmt,
    CreateFdwStmt,
    CreateForeignServerStmt,
    CreateForeignTableStmt,
    CreateFunctionStmt,
    CreateOpClassStmt,
    CreateOpFamilyStmt,
    CreatePLangStmt,
    CreatePolicyStmt,
    CreatePublicationStmt,
    CreateRangeStmt,
    CreateRoleStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateStatsStmt,
    CreateStmt,
    CreateSubscriptionStmt,
    CreateTableAsStmt,
    CreateTableSpaceStmt,
    CreateTransformStmt,
    CreateTrigStmt,
    CreateUserMappingStmt,
    CreatedbStmt,
    DeallocateStmt,
    DeclareCursorStmt,
    DefineStmt,
    DeleteStmt,
    DiscardStmt,
    DoStmt,
    DropOwnedStmt,
    DropRoleStmt,
    DropStmt,
    DropSubscriptionStmt,
    DropTableSpaceStmt,
    DropUserMappingStmt,
    DropdbStmt,
    ExecuteStmt,
    ExplainStmt,
    FetchStmt,
    GrantRoleStmt,
    GrantStmt,
    ImportForeignSchemaStmt,
    IndexStmt,
    InsertStmt,
    ListenStmt,
    LoadStmt,
    LockStmt,
    MergeStmt,
    NotifyStmt,
    PrepareStmt,
    ReassignOwnedStmt,
    RefreshMatViewStmt,
    ReindexStmt,
    RenameStmt,
    ReplicaIdentityStmt,
    ReturnStmt,
    RuleStmt,
    SecLabelStmt,
    SelectStmt,
    TransactionStmt,
    TruncateStmt,
    UnlistenStmt,
    UpdateStmt,
    VacuumStmt,
    VariableSetStmt,
    VariableShowStmt,
    ViewStmt,
}
